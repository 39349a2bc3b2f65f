-- What hangs on a campaign and goes when the admin page deletes it, and the groups that inbound calls reach. Schema 1302 (2013).

CREATE TABLE vicidial_campaign_hotkeys (
  status VARCHAR(6) NOT NULL,
  hotkey VARCHAR(1) NOT NULL,
  status_name VARCHAR(30),
  selectable ENUM('Y','N'),
  campaign_id VARCHAR(8),
  KEY campaign_id (campaign_id)
) ENGINE=MyISAM;

CREATE TABLE vicidial_callbacks (
  callback_id INT(9) UNSIGNED AUTO_INCREMENT PRIMARY KEY,
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
  KEY lead_id (lead_id),
  KEY status (status),
  KEY callback_time (callback_time)
) ENGINE=MyISAM;

CREATE TABLE vicidial_lead_recycle (
  recycle_id INT(9) UNSIGNED AUTO_INCREMENT PRIMARY KEY,
  campaign_id VARCHAR(8),
  status VARCHAR(6) NOT NULL,
  attempt_delay SMALLINT(5) UNSIGNED DEFAULT 1800,
  attempt_maximum TINYINT(3) UNSIGNED DEFAULT 2,
  active ENUM('Y','N') DEFAULT 'N',
  KEY campaign_id (campaign_id)
) ENGINE=MyISAM;

CREATE TABLE vicidial_pause_codes (
  pause_code VARCHAR(6) NOT NULL,
  pause_code_name VARCHAR(30),
  billable ENUM('NO','YES','HALF') DEFAULT 'NO',
  campaign_id VARCHAR(8),
  KEY campaign_id (campaign_id)
) ENGINE=MyISAM;

CREATE TABLE vicidial_campaigns_list_mix (
  vcl_id VARCHAR(20) NOT NULL PRIMARY KEY,
  vcl_name VARCHAR(50),
  campaign_id VARCHAR(8),
  list_mix_container TEXT,
  mix_method ENUM('EVEN_MIX','IN_ORDER','RANDOM') DEFAULT 'IN_ORDER',
  status ENUM('ACTIVE','INACTIVE') DEFAULT 'INACTIVE',
  KEY campaign_id (campaign_id)
) ENGINE=MyISAM;

CREATE TABLE vicidial_xfer_presets (
  campaign_id VARCHAR(20) NOT NULL,
  preset_name VARCHAR(40) NOT NULL,
  preset_number VARCHAR(50) NOT NULL,
  preset_dtmf VARCHAR(50) DEFAULT '',
  preset_hide_number ENUM('Y','N') DEFAULT 'N',
  KEY preset_name (preset_name)
) ENGINE=MyISAM;

CREATE TABLE vicidial_xfer_stats (
  campaign_id VARCHAR(20) NOT NULL,
  preset_name VARCHAR(40) NOT NULL,
  xfer_count SMALLINT(5) UNSIGNED DEFAULT 0,
  KEY campaign_id (campaign_id)
) ENGINE=MyISAM;

CREATE TABLE vicidial_campaign_cid_areacodes (
  campaign_id VARCHAR(20) NOT NULL,
  areacode VARCHAR(5) NOT NULL,
  outbound_cid VARCHAR(20),
  active ENUM('Y','N','') DEFAULT '',
  cid_description VARCHAR(50),
  call_count_today MEDIUMINT(7) DEFAULT 0,
  KEY campaign_areacode (campaign_id, areacode)
) ENGINE=MyISAM;

CREATE TABLE vicidial_lead_filters (
  lead_filter_id VARCHAR(20) NOT NULL PRIMARY KEY,
  lead_filter_name VARCHAR(30) NOT NULL,
  lead_filter_comments VARCHAR(255),
  lead_filter_sql TEXT
) ENGINE=MyISAM;

CREATE TABLE vicidial_call_times (
  call_time_id VARCHAR(10) NOT NULL PRIMARY KEY,
  call_time_name VARCHAR(30) NOT NULL,
  call_time_comments VARCHAR(255) DEFAULT '',
  ct_default_start SMALLINT(4) UNSIGNED NOT NULL DEFAULT 900,
  ct_default_stop SMALLINT(4) UNSIGNED NOT NULL DEFAULT 2100,
  ct_sunday_start SMALLINT(4) UNSIGNED DEFAULT 0,
  ct_sunday_stop SMALLINT(4) UNSIGNED DEFAULT 0,
  ct_saturday_start SMALLINT(4) UNSIGNED DEFAULT 0,
  ct_saturday_stop SMALLINT(4) UNSIGNED DEFAULT 0,
  ct_state_call_times TEXT
) ENGINE=MyISAM;

CREATE TABLE vicidial_inbound_groups (
  group_id VARCHAR(20) NOT NULL PRIMARY KEY,
  group_name VARCHAR(30),
  group_color VARCHAR(20),
  active ENUM('Y','N'),
  web_form_address TEXT,
  voicemail_ext VARCHAR(10),
  next_agent_call VARCHAR(40) DEFAULT 'longest_wait_time',
  fronter_display ENUM('Y','N') DEFAULT 'Y',
  ingroup_script VARCHAR(20),
  drop_call_seconds SMALLINT(4) UNSIGNED DEFAULT 360,
  drop_action ENUM('HANGUP','MESSAGE','VOICEMAIL','IN_GROUP','CALLMENU','VMAIL_NO_INST') DEFAULT 'MESSAGE',
  drop_exten VARCHAR(20) DEFAULT '8307',
  call_time_id VARCHAR(20) DEFAULT '24hours',
  after_hours_action ENUM('HANGUP','MESSAGE','EXTENSION','VOICEMAIL','IN_GROUP','CALLMENU','VMAIL_NO_INST') DEFAULT 'MESSAGE',
  after_hours_message_filename VARCHAR(255) DEFAULT 'vm-goodbye',
  queue_priority TINYINT(2) DEFAULT 0
) ENGINE=MyISAM;

CREATE TABLE vicidial_call_menu (
  menu_id VARCHAR(50) NOT NULL,
  menu_name VARCHAR(100),
  menu_prompt VARCHAR(255),
  menu_timeout SMALLINT(2) UNSIGNED DEFAULT 10,
  menu_timeout_prompt VARCHAR(255) DEFAULT 'NONE',
  menu_invalid_prompt VARCHAR(255) DEFAULT 'NONE',
  menu_repeat TINYINT(1) UNSIGNED DEFAULT 0,
  UNIQUE KEY menu_id (menu_id)
) ENGINE=MyISAM;

CREATE TABLE vicidial_inbound_dids (
  did_id INT(9) UNSIGNED AUTO_INCREMENT PRIMARY KEY,
  did_pattern VARCHAR(50) NOT NULL,
  did_description VARCHAR(50),
  did_active ENUM('Y','N') DEFAULT 'Y',
  did_route ENUM('EXTEN','VOICEMAIL','AGENT','PHONE','IN_GROUP','CALLMENU','VMAIL_NO_INST') DEFAULT 'EXTEN',
  extension VARCHAR(50) DEFAULT '9998811112',
  exten_context VARCHAR(50) DEFAULT 'default',
  voicemail_ext VARCHAR(10),
  phone VARCHAR(100),
  server_ip VARCHAR(15),
  user VARCHAR(20),
  group_id VARCHAR(20),
  menu_id VARCHAR(50) DEFAULT '',
  UNIQUE KEY did_pattern (did_pattern)
) ENGINE=MyISAM;
