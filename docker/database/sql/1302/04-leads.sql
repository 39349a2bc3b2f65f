-- Lists, leads and what decides whether a lead may be dialled. Schema 1302 (2013).

CREATE TABLE vicidial_lists (
  list_id BIGINT(14) UNSIGNED NOT NULL PRIMARY KEY,
  list_name VARCHAR(30),
  campaign_id VARCHAR(8),
  active ENUM('Y','N'),
  list_description VARCHAR(255),
  list_changedate DATETIME,
  list_lastcalldate DATETIME,
  reset_time VARCHAR(100) DEFAULT '',
  agent_script_override VARCHAR(20) DEFAULT '',
  campaign_cid_override VARCHAR(20) DEFAULT '',
  am_message_exten_override VARCHAR(100) DEFAULT '',
  drop_inbound_group_override VARCHAR(20) DEFAULT '',
  xferconf_a_number VARCHAR(50) DEFAULT '',
  xferconf_b_number VARCHAR(50) DEFAULT '',
  xferconf_c_number VARCHAR(50) DEFAULT '',
  xferconf_d_number VARCHAR(50) DEFAULT '',
  xferconf_e_number VARCHAR(50) DEFAULT '',
  web_form_address TEXT,
  web_form_address_two TEXT,
  time_zone_setting ENUM('COUNTRY_AND_AREA_CODE','POSTAL_CODE','NANPA_PREFIX','OWNER_TIME_ZONE_CODE') DEFAULT 'COUNTRY_AND_AREA_CODE',
  inventory_report ENUM('Y','N') DEFAULT 'Y'
) ENGINE=MyISAM;

CREATE TABLE vicidial_list (
  lead_id INT(9) UNSIGNED AUTO_INCREMENT PRIMARY KEY,
  entry_date DATETIME,
  modify_date TIMESTAMP,
  status VARCHAR(6),
  user VARCHAR(20),
  vendor_lead_code VARCHAR(20),
  source_id VARCHAR(50),
  list_id BIGINT(14) UNSIGNED NOT NULL DEFAULT 0,
  gmt_offset_now DECIMAL(4,2) DEFAULT 0.00,
  called_since_last_reset ENUM('Y','N','Y1','Y2','Y3','Y4','Y5','Y6','Y7','Y8','Y9','Y10') DEFAULT 'N',
  phone_code VARCHAR(10),
  phone_number VARCHAR(18) NOT NULL,
  title VARCHAR(4),
  first_name VARCHAR(30),
  middle_initial VARCHAR(1),
  last_name VARCHAR(30),
  address1 VARCHAR(100),
  address2 VARCHAR(100),
  address3 VARCHAR(100),
  city VARCHAR(50),
  state VARCHAR(2),
  province VARCHAR(50),
  postal_code VARCHAR(10),
  country_code VARCHAR(3),
  gender ENUM('M','F','U') DEFAULT 'U',
  date_of_birth DATE,
  alt_phone VARCHAR(12),
  email VARCHAR(70),
  security_phrase VARCHAR(100),
  comments VARCHAR(255),
  called_count SMALLINT(5) UNSIGNED DEFAULT 0,
  last_local_call_time DATETIME,
  rank SMALLINT(5) NOT NULL DEFAULT 0,
  owner VARCHAR(20) DEFAULT '',
  entry_list_id BIGINT(14) UNSIGNED NOT NULL DEFAULT 0,
  KEY phone_number (phone_number),
  KEY list_id (list_id),
  KEY called_since_last_reset (called_since_last_reset),
  KEY status (status),
  KEY gmt_offset_now (gmt_offset_now),
  KEY postal_code (postal_code),
  KEY last_local_call_time (last_local_call_time),
  KEY by_rank (`rank`),
  KEY owner (owner),
  KEY list_status (list_id, status)
) ENGINE=MyISAM;

CREATE TABLE vicidial_list_alt_phones (
  alt_phone_id INT(9) UNSIGNED AUTO_INCREMENT PRIMARY KEY,
  lead_id INT(9) UNSIGNED NOT NULL,
  phone_code VARCHAR(10),
  phone_number VARCHAR(18),
  alt_phone_note VARCHAR(30),
  alt_phone_count SMALLINT(5) UNSIGNED,
  active ENUM('Y','N') DEFAULT 'Y',
  KEY lead_id (lead_id)
) ENGINE=MyISAM;

CREATE TABLE vicidial_hopper (
  hopper_id INT(9) UNSIGNED AUTO_INCREMENT PRIMARY KEY,
  lead_id INT(9) UNSIGNED NOT NULL,
  campaign_id VARCHAR(8),
  status ENUM('READY','QUEUE','INCALL','DONE','HOLD','DNC','RHOLD','RQUEUE') DEFAULT 'READY',
  user VARCHAR(20),
  list_id BIGINT(14) UNSIGNED NOT NULL,
  gmt_offset_now DECIMAL(4,2) DEFAULT 0.00,
  state VARCHAR(2) DEFAULT '',
  alt_dial VARCHAR(6) DEFAULT 'NONE',
  priority TINYINT(2) DEFAULT 0,
  source VARCHAR(1) DEFAULT '',
  vendor_lead_code VARCHAR(20) DEFAULT '',
  KEY lead_id (lead_id)
) ENGINE=MEMORY;

CREATE TABLE vicidial_dnc (
  phone_number VARCHAR(18) NOT NULL PRIMARY KEY
) ENGINE=MyISAM;

CREATE TABLE vicidial_campaign_dnc (
  phone_number VARCHAR(18) NOT NULL,
  campaign_id VARCHAR(8) NOT NULL,
  UNIQUE KEY phonecamp (phone_number, campaign_id)
) ENGINE=MyISAM;

CREATE TABLE vicidial_phone_codes (
  country_code SMALLINT(5) UNSIGNED,
  country CHAR(3),
  areacode CHAR(3),
  state VARCHAR(4),
  GMT_offset VARCHAR(6),
  DST ENUM('Y','N'),
  DST_range VARCHAR(8),
  geographic_description VARCHAR(100),
  KEY country_area_code (country_code, areacode),
  KEY country_state (country_code, state)
) ENGINE=MyISAM;

CREATE TABLE vicidial_postal_codes (
  postal_code VARCHAR(10) NOT NULL,
  state VARCHAR(4),
  GMT_offset VARCHAR(6),
  DST ENUM('Y','N'),
  DST_range VARCHAR(8),
  country CHAR(3),
  country_code SMALLINT(5) UNSIGNED,
  KEY postal_code (postal_code)
) ENGINE=MyISAM;
