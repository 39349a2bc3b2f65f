-- Tables that schema 1302 does not have yet. Schema 1720 (r3884, 2024).

CREATE TABLE vicidial_settings_containers (
  container_id VARCHAR(40) NOT NULL PRIMARY KEY,
  container_notes VARCHAR(255) DEFAULT '',
  container_type VARCHAR(40) DEFAULT 'OTHER',
  user_group VARCHAR(20) DEFAULT '---ALL---',
  container_entry MEDIUMTEXT
) ENGINE=MyISAM;

CREATE TABLE vicidial_url_multi (
  url_id INT(9) UNSIGNED AUTO_INCREMENT PRIMARY KEY,
  campaign_id VARCHAR(20) NOT NULL,
  entry_type ENUM('campaign','ingroup','list','') DEFAULT '',
  active ENUM('Y','N') DEFAULT 'N',
  url_type ENUM('dispo','start','addlead','noagent','') DEFAULT '',
  url_rank SMALLINT(5) DEFAULT 1,
  url_statuses VARCHAR(1000) DEFAULT '',
  url_description VARCHAR(255) DEFAULT '',
  url_address TEXT,
  KEY campaign_id (campaign_id)
) ENGINE=MyISAM;

CREATE TABLE vicidial_callbacks_archive (
  callback_id INT(9) UNSIGNED NOT NULL PRIMARY KEY,
  lead_id INT(9) UNSIGNED,
  list_id BIGINT(14) UNSIGNED,
  campaign_id VARCHAR(8),
  status VARCHAR(10),
  entry_time DATETIME,
  callback_time DATETIME,
  modify_date TIMESTAMP,
  user VARCHAR(20),
  recipient ENUM('USERONLY','ANYONE'),
  comments VARCHAR(255),
  user_group VARCHAR(20),
  lead_status VARCHAR(6) DEFAULT 'CALLBK',
  KEY lead_id (lead_id)
) ENGINE=MyISAM;

CREATE TABLE vicidial_cid_groups (
  cid_group_id VARCHAR(20) NOT NULL PRIMARY KEY,
  cid_group_notes VARCHAR(255) DEFAULT '',
  cid_group_type ENUM('AREACODE','STATE','NONE') DEFAULT 'AREACODE',
  user_group VARCHAR(20) DEFAULT '---ALL---'
) ENGINE=MyISAM;

CREATE TABLE vicidial_status_groups (
  status_group_id VARCHAR(20) NOT NULL PRIMARY KEY,
  status_group_notes VARCHAR(255) DEFAULT '',
  user_group VARCHAR(20) DEFAULT '---ALL---'
) ENGINE=MyISAM;

CREATE TABLE vicidial_dial_log (
  caller_code VARCHAR(30) NOT NULL,
  lead_id INT(9) UNSIGNED DEFAULT 0,
  server_ip VARCHAR(15),
  call_date DATETIME,
  extension VARCHAR(100) DEFAULT '',
  channel VARCHAR(100) DEFAULT '',
  context VARCHAR(100) DEFAULT '',
  timeout MEDIUMINT(7) UNSIGNED DEFAULT 0,
  outbound_cid VARCHAR(100) DEFAULT '',
  sip_hangup_cause SMALLINT(4) UNSIGNED DEFAULT 0,
  sip_hangup_reason VARCHAR(50) DEFAULT '',
  uniqueid VARCHAR(20) DEFAULT '',
  KEY caller_code (caller_code),
  KEY call_date (call_date)
) ENGINE=MyISAM;

CREATE TABLE vicidial_amd_log (
  call_date DATETIME,
  caller_code VARCHAR(30) DEFAULT '',
  lead_id INT(9) UNSIGNED,
  uniqueid VARCHAR(20) DEFAULT '',
  channel VARCHAR(100) DEFAULT '',
  server_ip VARCHAR(60) NOT NULL,
  AMDSTATUS VARCHAR(10) DEFAULT '',
  AMDRESPONSE VARCHAR(20) DEFAULT '',
  AMDCAUSE VARCHAR(30) DEFAULT '',
  run_time VARCHAR(20) DEFAULT '0',
  AMDSTATS VARCHAR(100) DEFAULT '',
  KEY call_date (call_date),
  KEY lead_id (lead_id)
) ENGINE=MyISAM;

CREATE TABLE cid_channels_recent (
  caller_id_name VARCHAR(30) NOT NULL,
  connected_line_name VARCHAR(30) NOT NULL,
  server_ip VARCHAR(15),
  call_date DATETIME,
  channel VARCHAR(100) DEFAULT '',
  dest_channel VARCHAR(100) DEFAULT '',
  linkedid VARCHAR(20) DEFAULT '',
  dest_uniqueid VARCHAR(20) DEFAULT '',
  uniqueid VARCHAR(20) DEFAULT '',
  KEY call_date (call_date)
) ENGINE=MyISAM;
